/**
 * The least that anything between can do: each chunk of the vendor's stream is read as JSON and goes to its socket as a
 * message of the protocol. No key, no schema, nothing kept: `node relay.ts PORT VENDOR_PORT`.
 */
import { createServer, request } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';

const [, , port = '0', vendorPort = '0'] = process.argv;

interface Chunk {
  choices: { delta: { content?: string }; finish_reason: string | null }[];
}

function relay(socket: WebSocket): void {
  const next = (chat: object): void => socket.send(JSON.stringify({ id: '1', type: 'next', payload: { data: { chat } } }));
  const body = JSON.stringify({ model: 'words', stream: true, messages: [{ role: 'user', content: 'Hi' }] });
  const asked = request({ port: Number(vendorPort), host: '127.0.0.1', path: '/v1/chat/completions', method: 'POST', headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } }, (answer) => {
    let sequence = 0;
    let rest = '';
    answer.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line === 'data: [DONE]') continue;
        const chunk: Chunk = JSON.parse(line.slice('data: '.length));
        const [choice] = chunk.choices;
        if (choice?.delta.content !== undefined) next({ __typename: 'ChatDelta', sequence: sequence++, text: choice.delta.content });
        else if (choice?.finish_reason === 'stop') next({ __typename: 'ChatDone', sequence: sequence++, finishReason: 'STOP' });
      }
    });
    answer.on('end', () => socket.send('{"id":"1","type":"complete"}'));
  });
  asked.end(body);
}

const http = createServer((_request, response) => response.end());
new WebSocketServer({ server: http }).on('connection', (socket) => {
  socket.on('message', (data) => {
    if (String(data).includes('"connection_init"')) socket.send('{"type":"connection_ack"}');
    else if (String(data).includes('"subscribe"')) relay(socket);
  });
});
http.listen({ port: Number(port), host: '127.0.0.1', backlog: 4_096 });
