// Tells drizzle-kit where the tables are; `npm run migration -- NAME` writes the SQL of what changed.
export default { dialect: "sqlite", schema: "./src/**/*ables.ts", out: "./migrations" };
