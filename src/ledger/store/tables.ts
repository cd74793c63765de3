import type { ColumnType } from 'kysely';

/** Truth values are 0 and 1, times are milliseconds since 1970, money is nano-USD, JSON is text: alike in both engines. */
export interface Tables {
  calls: CallRow;
  usage_by_hour: UsageRollupRow;
  usage_by_hour_and_user: UserUsageRollupRow;
  /** `hour` is the first of its day. */
  usage_by_day_and_user: UserUsageRollupRow;
  api_keys: KeyRow;
  audit: AuditRow;
  versions: { name: string; version: number };
  budget_counters: { counter: string; leases: number };
  budget_spend: { counter: string; bucket: number; spent: number; forgotten_at: number };
  budget_leases: { counter: string; window_id: number; instance: string; amount: number; expires_at: number };
  data_keys: DataKeyRow;
  call_payloads: CallPayloadRow;
  call_pictures: CallPictureRow;
  alerts: AlertRow;
  alert_sightings: { rule: string; subject: string; instance: string; expires_at: number };
  reservations: { id: string; instance: string; expires_at: number; charges: string };
}

/** One call as it is stored, and as it travels to the store's thread. */
export interface CallRow {
  id: string;
  started_at: number;
  duration_ms: number;
  first_token_ms: number | null;
  operation: string;
  model: string;
  provider: string | null;
  target_model: string | null;
  outcome: string;
  error_code: string | null;
  cached: number;
  streamed: number;
  key_id: string | null;
  app: string | null;
  user_name: string | null;
  team: string | null;
  request_id: string;
  input: number;
  output: number;
  cached_input: number;
  cache_write: number;
  reasoning: number;
  audio_input: number;
  audio_output: number;
  image_input: number;
  usage_reported: number;
  service_tier: string | null;
  cost_nano: number | null;
  price: string | null;
  attempts: string;
  masked: string;
  warnings: string;
  metadata: string | null;
  sentiment_label: string | null;
  sentiment_score: number | null;
  sentiment_confidence: number | null;
}

/** What is added up. Sums are read as text, so that none is too large for a number on its way. */
export interface UsageSums {
  calls: Sum;
  errors: Sum;
  aborted: Sum;
  input: Sum;
  output: Sum;
  cached_input: Sum;
  cache_write: Sum;
  reasoning: Sum;
  audio_input: Sum;
  audio_output: Sum;
  image_input: Sum;
  cost_nano: Sum;
  unknown_cost: Sum;
  estimated: Sum;
}
type Sum = ColumnType<number, number, number>;

/** Empty text stands for null: a primary key holds no null. */
export interface UsageRollupRow extends UsageSums {
  /** Whole hours since 1970. */
  hour: number;
  app: string;
  team: string;
  model: string;
  provider: string;
  operation: string;
}

export interface UserUsageRollupRow extends UsageRollupRow {
  user_name: string;
  key_id: string;
}

/** A key as it is stored: not the key itself, but its HMAC. */
export interface KeyRow {
  id: string;
  /** The first characters of the key, to tell keys apart in lists. */
  prefix: string;
  hmac: string;
  /** Which pepper the HMAC was made with. */
  pepper: string;
  app: string;
  user_name: string | null;
  team: string | null;
  /** JSON arrays of text; null: not restricted. */
  scopes: string;
  models: string | null;
  networks: string | null;
  policy: string | null;
  created_at: number;
  expires_at: number | null;
  revoked_at: number | null;
  last_used_at: number | null;
}

/** Who did what, when. Rows are only ever added. */
export interface AuditRow {
  /** UUID of version 7. */
  id: string;
  at: number;
  actor: string;
  action: string;
  subject: string | null;
  /** JSON object. */
  detail: string;
}

/** An alert from when an instance first sees it until its end has been told. */
export interface AlertRow {
  rule: string;
  subject: string;
  state: 'firing' | 'resolved';
  /** Whether that it stands so has been told. */
  told: number;
  /** The instance that is telling it, and until when others leave it to that one. */
  teller: string | null;
  teller_until: number;
  /** What is told of it, as JSON. */
  detail: string;
}

export interface DataKeyRow {
  id: string;
  app: string;
  created_at: number;
  /** Which key of KANON_SECRET has sealed it. */
  wrapping: string;
  wrapped: Uint8Array;
}

export interface CallPayloadRow {
  call_id: string;
  started_at: number;
  /** Milliseconds since 1970; null: until a retention of all deletes it. */
  expires_at: number | null;
  data_key: string;
  prompt: Uint8Array;
  answer: Uint8Array;
  /** With the private values in it; null where they are not kept. */
  original_prompt: Uint8Array | null;
  original_answer: Uint8Array | null;
}

/** A picture that was sent; it goes with the payload that it belongs to, and is sealed by the same key. */
export interface CallPictureRow {
  call_id: string;
  /** From 0, in the order in which they left. */
  place: number;
  /** Which picture of the request. */
  picture: number;
  media_type: string;
  width: number;
  height: number;
  size: number;
  bytes: Uint8Array | null;
}
