import { readFile } from 'node:fs/promises';
import { GraphQLError, parse, specifiedRules, validate, type GraphQLSchema } from 'graphql';
import { InputError } from '../canonical/errors.ts';
import { idOf, readId } from '../graphql/documents/document-id.ts';
import { DocumentStore } from '../graphql/documents/store.ts';
import { buildSchema } from '../graphql/schema.ts';
import { CommandLineError, dataDirOf, parseOptions } from './options.ts';

/** `kanon documents register|list|remove`: beside a running gateway too, which sees the change within a second. */
export async function documents(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values, positionals } = parseOptions(args, { data: { type: 'string' } }, true);
  const [action, operand] = positionals;
  const store = new DocumentStore(dataDirOf(values.data, env));
  switch (action) {
    case 'register':
      if (operand === undefined) throw new CommandLineError('documents register: name the file, such as persisted-documents.json.');
      await register(store, operand);
      return 0;
    case 'list':
      for (const id of await store.list()) console.log(`sha256:${id}  ${summaryOf((await store.get(id)) ?? '')}`);
      return 0;
    case 'remove': {
      const id = operand === undefined ? null : readId(operand);
      if (id === null) throw new CommandLineError('documents remove: name the document by its id, as `documents list` shows it.');
      if (!(await store.remove(id))) throw new InputError('id', 'no document is registered under it.');
      console.log(`The document sha256:${id} is no longer registered.`);
      return 0;
    }
    default:
      throw new CommandLineError('documents: expected register, list or remove.');
  }
}

/** Registers all documents of a file, or none. @throws InputError */
async function register(store: DocumentStore, file: string): Promise<void> {
  const texts = documentsOf(await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new InputError('file', `${file} cannot be read.`, cause);
  }));
  const schema = buildSchema();
  const problems = texts.flatMap(([id, text]) => problemsOf(id, text, schema));
  if (problems.length > 0) throw new InputError('file', `nothing is registered:\n  ${problems.join('\n  ')}`);
  for (const [, text] of texts) await store.put(text);
  console.log(`${texts.length} documents are registered.`);
}

/** Ids and texts of a manifest as GraphQL Code Generator writes it: `{ "sha256:...": "query ..." }`. @throws InputError */
function documentsOf(json: string): [string, string][] {
  let manifest: unknown;
  try {
    manifest = JSON.parse(json);
  } catch (cause) {
    throw new InputError('file', 'expected JSON: the persisted-documents.json of GraphQL Code Generator.', cause);
  }
  const entries: [string, unknown][] = typeof manifest === 'object' && manifest !== null && !Array.isArray(manifest) ? Object.entries(manifest) : [];
  const documents = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  if (documents.length === 0 || documents.length < entries.length) throw new InputError('file', 'expected an object of documents by their ids: { "sha256:...": "query ..." }.');
  return documents;
}

function problemsOf(id: string, text: string, schema: GraphQLSchema): string[] {
  if (readId(id) !== idOf(text)) return [`${id.slice(0, 80)}: is not the SHA-256 of its document; have the generator use sha256.`];
  try {
    return validate(schema, parse(text), specifiedRules).map(({ message }) => `${id.slice(0, 19)}: ${message}`);
  } catch (error) {
    if (error instanceof GraphQLError) return [`${id.slice(0, 19)}: ${error.message}`];
    throw error;
  }
}

function summaryOf(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= 60 ? line : `${line.slice(0, 57)}...`;
}
