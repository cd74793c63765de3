import type { ChatRequest, JsonObject, JsonValue, Vendor } from './chat.ts';

/** Tools of a vendor's own, as its API names them: it runs most of them itself, and may charge for each use. */
export interface VendorTools {
  vendor: Vendor;
  /** What a policy calls them. */
  names: readonly string[];
  /** Each as it is, with its place among all tools of the request. */
  tools: readonly { at: number; definition: JsonObject }[];
  /** What goes with them beside the list of tools. */
  parameters: JsonObject;
  /** What becomes of them at any other target: it is passed over, or asked without them and the caller is told. */
  elsewhere: 'refuse' | 'warn';
}

/** Something that only one vendor's API can say, whole and untouched: the use of one of its tools, or what that gave. */
export interface VendorBlock {
  vendor: Vendor;
  block: JsonObject;
}

/** What a text rests on, as a vendor tells it. */
export interface Citations {
  vendor: Vendor;
  list: readonly JsonObject[];
}

/** A tool without its version: `web_search` of `web_search_20250305`, `code_execution` of `bash_code_execution`. */
export function vendorToolName(type: string): string {
  const name = type.replace(/_(\d{8}|\d{4}_\d{2}_\d{2})$/, '').replace(/_preview$/, '');
  if (name.endsWith('code_execution')) return 'code_execution';
  if (name.startsWith('tool_search')) return 'tool_search';
  return name.startsWith('mcp') ? 'mcp' : name;
}

/** The tool that a block is of: of a `server_tool_use` its name says so, of a `web_search_tool_result` its type. */
export function toolOfBlock({ block }: VendorBlock): string {
  const { type, name } = block;
  if (type === 'server_tool_use' && typeof name === 'string') return vendorToolName(name);
  return vendorToolName(String(type).replace(/_tool_(use|result)$/, ''));
}

/** Names of the vendor's own tools in a request, those in the conversation included. */
export function vendorToolsIn({ vendorTools, messages }: ChatRequest): string[] {
  const names = new Set(vendorTools?.names);
  for (const { content } of messages) for (const part of content) if (part.type === 'vendor') names.add(toolOfBlock(part));
  return [...names];
}

/** Fields that only the vendor reads: encrypted, or the name of something. */
const OPAQUE = /^(type|id|signature|file_id|caller|media_type|(.+_)?id|encrypted_.+)$/;

/** Another object with each text of it changed; what only the vendor reads stays. */
export function mapTexts(block: JsonObject, change: (text: string) => string): JsonObject {
  return mapFields(block, change, OPAQUE);
}

function mapFields(fields: JsonObject, change: (text: string) => string, opaque: RegExp | null): JsonObject {
  // What a tool is given has names of its own.
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, opaque?.test(name) === true ? value : mapValue(value, change, name === 'input' ? null : opaque)]));
}

function mapValue(value: JsonValue, change: (text: string) => string, opaque: RegExp | null): JsonValue {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapValue(item, change, opaque));
  return value !== null && typeof value === 'object' ? mapFields(value, change, opaque) : value;
}

/** The same for citations. */
export function mapCitations({ vendor, list }: Citations, change: (text: string) => string): Citations {
  return { vendor, list: list.map((citation) => mapTexts(citation, change)) };
}
