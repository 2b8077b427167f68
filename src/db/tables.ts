// The facts of the database itself: which origin it belongs to, its epoch.
import { sqliteTable, text } from "./drizzle.ts";

export const nodeFacts = sqliteTable("node_facts", { name: text("name").primaryKey(), value: text("value").notNull() });
