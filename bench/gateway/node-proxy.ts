/** A plain proxy of node:http, the floor for anything that is made with Node. `node node-proxy.ts PORT VENDOR_PORT`. */
import { Agent, createServer, request as send } from 'node:http';

const [, , port = '0', vendor = '0'] = process.argv;
const agent = new Agent({ keepAlive: true });

createServer((incoming, outgoing) => {
  const upstream = send(
    { agent, host: '127.0.0.1', port: Number(vendor), path: incoming.url ?? '/', method: incoming.method ?? 'GET', headers: incoming.headers },
    (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    },
  );
  upstream.on('error', () => outgoing.destroy());
  incoming.pipe(upstream);
})
  // Rows wait for their turn longer than Node keeps an idle connection by default.
  .listen(Number(port), '127.0.0.1').keepAliveTimeout = 120_000;
