import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../../config/load.ts';
import { Gateway } from '../../gateway.ts';
import { createLog } from '../../telemetry/log.ts';
import { CommandLineError, dataDirOf, parseOptions, portOf } from '../options.ts';
import { untilSignal } from '../signals.ts';
import { ask } from './ask.ts';
import { describeAnswer, describeRequest, styleOf } from './print.ts';

const SUPPORT = new URL('../../../examples/support/', import.meta.url);
const CONFIG = fileURLToPath(new URL('../../../gateway.yaml', import.meta.url));
const LANGUAGES = ['en', 'de'];
/** The first answer waits for the local models to be made ready. */
const ANSWER_MS = 120_000;

/**
 * `kanon demo`: the support case, answered by local models through the public door. Vendors are left out even when
 * their keys are there, so that it costs nothing and tells nobody anything.
 */
export async function demo(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values } = parseOptions(args, {
    lang: { type: 'string', default: 'en' },
    keep: { type: 'boolean', default: false },
    port: { type: 'string', default: '0' },
    data: { type: 'string' },
  });
  const { lang } = values;
  if (!LANGUAGES.includes(lang)) throw new CommandLineError(`--lang: expected en or de, found "${lang}".`);
  const message = await readFile(new URL(`message-${lang}.txt`, SUPPORT), 'utf8');
  const receipt = await readFile(new URL(`receipt-${lang}.jpg`, SUPPORT));

  const style = styleOf(process.stdout.isTTY === true && env['NO_COLOR'] === undefined);
  console.log(`${style.bold('Kanon')}: one request, several models at once, one typed answer\n`);
  console.log(`${describeRequest(message, `receipt-${lang}.jpg, ${Math.round(receipt.length / 1024)} kB`, style)}\n`);
  console.log(style.dim('Asking the local models; the first time they are made ready, which takes some seconds ...\n'));

  const gateway = await Gateway.start({
    loaded: await loadConfig(CONFIG, {}),
    host: '127.0.0.1',
    port: portOf(values.port),
    dataDir: join(dataDirOf(values.data, env), 'demo'),
    dev: true,
    log: createLog('error'),
  });
  try {
    const { data, errors } = await ask(gateway.url, message, receipt, ANSWER_MS);
    if (data != null) console.log(describeAnswer(data.multimodal, style));
    for (const error of errors ?? []) console.error(`\n${error.path?.join('.') ?? 'request'}: ${error.extensions?.code}: ${error.message}`);
    if (values.keep) {
      console.log(`\nThe gateway goes on at ${gateway.url}/graphql, open to this machine without a key. End it with Ctrl-C.`);
      await untilSignal();
    }
    return data != null && errors === undefined ? 0 : 1;
  } finally {
    await gateway.close();
  }
}
