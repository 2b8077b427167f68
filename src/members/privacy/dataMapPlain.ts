// The data map, its rest: tables whose columns say nothing of anybody. Whoever adds a column decides here, or in the other parts. Pure. SAFETY 9.

/** Table -> its columns. */
export const PLAIN_COLUMNS: Readonly<Record<string, string>> = {
  actor_keys: "id actor_id algorithm public_key sealed_private_key created_at retired_at",
  announced_cycles:
    "actor_id producer_id cycle_iri note_iri status ends_at revision sequence copy noticed_at fetched_at due_at failures last_error doubted_at",
  catalog_import_changes: "import_id product_id actor_id before_version after_version is_removal",
  catalog_imports: "id actor_id state file_name bytes column_mapping list created_at confirmed_at undone_at",
  catalogs: "actor_id updated_at sequence total_items column_mapping",
  cycle_lines: "cycle_id number actor_id product_iri goods available_thousandths updated_at withdrawn_at",
  cycles:
    "id actor_id state visibility name note opens_at closes_at deliveries minimum_order_cents revision sequence opened_at ended_at cancel_reason removed_at created_at updated_at rules extended_at progress told_at tell_at settled_at",
  cycle_texts: "actor_id producer_id cycle_iri part name hash seen_at",
  delivery_notes:
    "id actor_id thread document_iri sequence epoch fulfilments charges state answer created_at updated_at",
  departures: "actor_id decided_at letters_at farewell_at",
  domain_rules: "domain rule reason created_at",
  expected_keys: "actor_id peer key_id",
  gathering_materials: "id gathering_id actor_id name url file_hash bytes for_whom position at",
  group_settings: "actor_id orders_first policies modifiers updated_at",
  group_news: "id actor_id title text ends_at created_at updated_at",
  hub_numbers: "no subject",
  hub_tokens: "id actor_id name token_hash created_at used_at revoked_at",
  invoice_orders: "invoice_id order_id actor_id cents",
  invoice_vat: "invoice_id rate_percent taxable_cents vat_cents",
  letter_queue: "id actor_id kind subject_id facts state attempts next_at last_error created_at settled_at",
  mail_texts: "actor_id kind language subject body updated_at",
  mirror_items:
    "actor_id producer_id item_id version is_current is_gone updated sort_name search_text product hash public_hash is_doubtful seen_at",
  mirrors:
    "actor_id producer_id catalog_iri due_at is_full_due seen_updated seen_sequence told_sequence fetched_at failures last_error terms_key",
  network_cycles: "source_uri iri state sequence due_at",
  network_links: "network_uri member_uri position",
  network_reaches: "actor_id source_uri via depth standing is_paused is_followed since",
  node_facts: "name value",
  shared_groups: "actor_id thread cycle_id household_id problem updated_at",
  order_aggregates: "id actor_id name opens_at closes_at pickups costs dissolved_at created_at updated_at",
  order_aggregate_orders: "order_id aggregate_id actor_id joined_at",
  order_agreements:
    "order_id actor_id agreement_iri accept_iri epoch revision seller_epoch sequence status note payment_url lines total_cents at",
  order_arrivals: "order_id line_number actor_id arrived_thousandths damaged_thousandths",
  news_notes: "id actor_id news_id published_at updated_at withdrawn_at",
  network_announced: "actor_id object_iri member state announce_iri at undo_at",
  network_choices: "actor_id admission updated_at",
  order_charges: "actor_id order_id version producer_id charged_cents payable_cents transaction_id at",
  order_counters: "order_id epoch revision actor_id answer_iri answer_by reason lines total_cents state at settled_at",
  order_delivery_notes: "order_id document_iri actor_id activity_iri epoch sequence url fulfilments charges answer at",
  order_lanes: "actor_id epoch",
  order_lines: "order_id number actor_id line_iri goods rules is_offered stock_thousandths stock_at",
  pact_halves: "actor_id iri party relationship_iri sequence status epoch",
  pacts: "actor_id iri peer host inbox buyer seller state ended_by resume_at created_at updated_at",
  payments: "transaction_id order_id actor_id producer_id cents",
  peers:
    "host next_at failures failing_since last_served_at last_delivered_at last_heard_at last_error paused_at signature_spec",
  pictures: "actor_id hash width height byte_count created_at",
  picture_copies: "actor_id url hash due_at failures seen_at",
  certificate_files: "actor_id hash byte_count created_at",
  outside_orders:
    "id actor_id title producer url note closes_at pickup called_off_at told_at reminded_for created_at updated_at",
  peer_moves: "actor_id peer target state due_at told_at",
  pinned_keys: "actor_id peer key_id multibase pinned_by pinned_at retired_at",
  product_versions: "product_id version actor_id facts cause created_at",
  catalog_quotas: "actor_id peer product_id unit most_thousandths updated_at",
  products: "id actor_id slug version created_at updated_at removed_at is_offered sort_name search_text category",
  received_orders:
    "actor_id thread buyer cycle_id state latest counter agreed request agreement_iri epoch sequence status is_withdrawn price_delta_hundredths_percent pickup waiting doubt answer_by paid_at created_at updated_at",
  report_columns: "actor_id report hidden updated_at",
  sent_offers:
    "order_id epoch revision actor_id offer_iri offer_digest agreement_iri lines total_cents sent_at refused_for",
  shifts: "id actor_id order_id pickup_id task needed",
  solidarity_rules: "actor_id per_order_cents rounds_up monthly_percent updated_at",
  spent_tokens: "id expires_at",
  training_modules: "path_id number actor_id kind name content gathering_id questions",
  training_paths:
    "id actor_id slug name summary for_whom hours_thousandths required_percent state created_at updated_at announced_at removed_at",
  statistics_months: "actor_id month document created_at revoked_at",
  statistics_orders: "order_id actor_id month",
  network_months: "source_uri month iri istat families orders producers euros is_withheld cells digest read_at",
  network_supply: "actor_id month istat category producers products",
};
