import type { RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import { isPublicAddress } from '../../src/media/fetch/address.ts';
import { coded, createMedia, NEVER, noise, OWNER, type Overrides, photo, serve } from './support.ts';

const JPEG = await photo(30, 20).jpeg().toBuffer();
const sendJpeg: RequestListener = (_, response) => response.setHeader('content-type', 'image/jpeg').end(JPEG);

async function fetchImage(url: string, overrides: Overrides = {}, signal = NEVER) {
  const media = await createMedia({ ...overrides, fetch: { allowHttp: true, ...overrides.fetch } });
  return media.image({ url }, 'input.image', OWNER, signal);
}

/** A server that is on the operator's list, and the picture's address on it. */
async function fetchListed(listener: RequestListener, overrides: Overrides = {}) {
  const host = await serve(listener);
  return fetchImage(`http://${host}/receipt.jpg?size=1`, {
    ...overrides,
    fetch: { allowPrivateHosts: [host], ...overrides.fetch },
  });
}

const REFUSED = coded('BAD_USER_INPUT', /^input\.image\.url: the address is not public/);

describe('a picture by URL', () => {
  it('comes from a listed server, asked without cookies or credentials', async () => {
    const seen: unknown[] = [];
    const image = await fetchListed((request, response) => {
      seen.push(request.url, Object.keys(request.headers).toSorted());
      sendJpeg(request, response);
    });
    expect(image).toMatchObject({ width: 30, height: 20 });
    expect(seen).toEqual(['/receipt.jpg?size=1', ['accept', 'accept-encoding', 'connection', 'host', 'user-agent']]);
  });

  it('is not fetched from addresses that are not public, however they are written', async () => {
    let asked = 0;
    const host = await serve((request, response) => {
      asked += 1;
      sendJpeg(request, response);
    });
    const port = host.split(':')[1];
    const hosts = [
      '127.0.0.1', '127.1', '2130706433', '0x7f000001', '0177.0.0.1', '0x7f.0.0.1', '127.0.0.1.', '0.0.0.0', '0', '[::1]', '[::]',
      '[::ffff:127.0.0.1]', '[::127.0.0.1]', '[64:ff9b::7f00:1]', '[2002:7f00:1::]', '[fe80::1]', '[fd00:ec2::254]', '10.0.0.1',
      '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '100.100.100.200', '192.0.0.192', '168.63.129.16', '224.0.0.1',
      '255.255.255.255', 'localhost', 'LOCALHOST', 'api.localhost', 'localhost.', 'metadata.google.internal', 'printer.local',
      '\uff11\uff12\uff17.0.0.1', '127\u30020\u30020\u30021',
    ];
    for (const name of hosts) {
      await expect(fetchImage(`http://${name}/`)).rejects.toMatchObject(REFUSED);
      await expect(fetchImage(`http://${name}:${port}/`)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    }
    expect(asked).toBe(0);
  });

  it('is not fetched when one DNS answer is not public, and the answer is not told', async () => {
    for (const answers of [['10.1.2.3'], ['3ffe::1', '10.1.2.3'], ['::ffff:a01:203']]) {
      const error = await fetchImage('https://images.example.com/a.jpg', { resolve: async () => answers }).catch(
        (caught: unknown) => caught,
      );
      expect(error).toMatchObject(REFUSED);
      expect(String(error)).not.toMatch(/10\.1|a01/);
    }
  });

  it('is fetched from the address that was checked: a second DNS answer has no chance', async () => {
    let asked = 0;
    const host = await serve((request, response) => {
      asked += 1;
      sendJpeg(request, response);
    });
    // The first answer is an address that nobody has; every later one would be the server here.
    let answers = 0;
    const resolve = async () => ((answers += 1) === 1 ? ['3ffe::1'] : ['127.0.0.1']);
    const media = await createMedia({ fetch: { allowHttp: true, timeoutMs: 500, allowPrivateHosts: [host] }, resolve });
    const url = 'http://rebound.example.com/';
    await expect(media.image({ url }, 'input.image', OWNER, NEVER)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(answers).toBe(1);
    await expect(media.image({ url }, 'input.image', OWNER, NEVER)).rejects.toMatchObject(REFUSED);
    expect(asked).toBe(0);
  });

  it('is not fetched through a redirect to a private address, an unlisted port or another scheme', async () => {
    let asked = 0;
    const inside = await serve((request, response) => {
      asked += 1;
      sendJpeg(request, response);
    });
    const targets = [`http://${inside}/`, 'http://169.254.169.254/latest/meta-data/', '//[::1]/', 'file:///etc/passwd', 'gopher://a/'];
    for (const location of targets) {
      await expect(fetchListed((_, response) => response.writeHead(302, { location }).end())).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    }
    expect(asked).toBe(0);
  });

  it('follows redirects, and not without end', async () => {
    const hops = (count: number): RequestListener => {
      let left = count;
      return (request, response) => {
        if (left === 0) return void sendJpeg(request, response);
        left -= 1;
        response.writeHead(307, { location: `/next/${left}`, 'set-cookie': 'a=b' }).end('moved');
      };
    };
    expect(await fetchListed(hops(3))).toMatchObject({ width: 30 });
    await expect(fetchListed(hops(4))).rejects.toMatchObject(coded('BAD_USER_INPUT', /redirects more than 3 times/));
  });

  it('needs https unless http is allowed, no credentials, a standard port, and to be a URL', async () => {
    const cases: [string, RegExp][] = [
      ['http://images.example.com/a.jpg', /only https URLs/],
      ['ftp://images.example.com/a.jpg', /only https URLs/],
      ['https://user:secret@images.example.com/a.jpg', /user name or password/],
      ['https://images.example.com:8443/a.jpg', /standard ports/],
      ['/etc/passwd', /no URL/],
      ['https://', /no URL/],
      [`https://example.com/${'a'.repeat(5000)}`, /at most 4096/],
    ];
    for (const [url, message] of cases) {
      await expect(fetchImage(url, { fetch: { allowHttp: false } })).rejects.toMatchObject(coded('BAD_USER_INPUT', message));
    }
  });

  it('is left at once when it is too large, whether its length is told or not', async () => {
    const large = await noise(300, 300).png().toBuffer();
    const limits = { maxImageBytes: 50_000 };
    const told: RequestListener = (_, response) =>
      response.writeHead(200, { 'content-type': 'image/png', 'content-length': large.length }).flushHeaders();
    let written = 0;
    const untold: RequestListener = (_, response) => {
      response.writeHead(200, { 'content-type': 'image/png' }).write(large.subarray(0, 40_000));
      const timer = setInterval(() => (written += response.write(Buffer.alloc(20_000)) ? 1 : 0), 5);
      response.on('close', () => clearInterval(timer));
    };
    for (const listener of [told, untold]) {
      await expect(fetchListed(listener, { limits })).rejects.toMatchObject(coded('MEDIA_TOO_LARGE', /a picture .* 48\.8 KiB/));
    }
    expect(written).toBeLessThan(20);
  });

  it('is left at once when it is no picture, by its type or by its bytes', async () => {
    const page: RequestListener = (_, response) => response.setHeader('content-type', 'text/html').end('<html>');
    const lying: RequestListener = (_, response) => {
      response.setHeader('content-type', 'image/png').write('plain text that goes on and on, much longer than a signature\n'.repeat(2));
    };
    const zipped: RequestListener = (_, response) =>
      response.writeHead(200, { 'content-type': 'image/jpeg', 'content-encoding': 'gzip' }).end('x');
    const empty: RequestListener = (_, response) => response.setHeader('content-type', 'image/png').end();
    for (const listener of [page, lying, zipped, empty]) {
      await expect(fetchListed(listener)).rejects.toMatchObject({ code: 'MEDIA_UNSUPPORTED' });
    }
  });

  it('may be served as a stream of bytes or without a type', async () => {
    for (const headers of [{ 'content-type': 'application/octet-stream' }, { 'content-type': 'binary/octet-stream' }, {}]) {
      expect(await fetchListed((_, response) => response.writeHead(200, headers).end(JPEG))).toMatchObject({ width: 30 });
    }
  });

  it('has a deadline over all of it, also when bytes keep trickling', async () => {
    const trickle: RequestListener = (_, response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg' }).write(JPEG.subarray(0, 100));
      const timer = setInterval(() => response.write(Buffer.alloc(1)), 20);
      response.on('close', () => clearInterval(timer));
    };
    const silent: RequestListener = () => {};
    for (const listener of [trickle, silent]) {
      await expect(fetchListed(listener, { fetch: { timeoutMs: 300 } })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    }
  });

  it('is cut or answered with an error: the caller hears that the URL is at fault', async () => {
    const cut: RequestListener = (request, response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': 5000 }).write(JPEG.subarray(0, 100));
      setTimeout(() => request.socket.destroy(), 20);
    };
    await expect(fetchListed(cut)).rejects.toMatchObject(coded('BAD_USER_INPUT', /cannot be reached/));
    await expect(fetchListed((_, response) => response.writeHead(404).end())).rejects.toMatchObject(
      coded('BAD_USER_INPUT', /status 404/),
    );
    await expect(fetchImage('https://nowhere.example.com/', { resolve: async () => [] })).rejects.toMatchObject(
      coded('BAD_USER_INPUT', /cannot be reached/),
    );
  });

  it('stops when the caller leaves, and when the gateway closes', async () => {
    let closed = 0;
    const host = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg' }).write(JPEG.subarray(0, 100));
      response.on('close', () => (closed += 1));
    });
    const media = await createMedia({ fetch: { allowHttp: true, allowPrivateHosts: [host] } });
    const leaving = new AbortController();
    setTimeout(() => leaving.abort(), 50);
    await expect(media.image({ url: `http://${host}/` }, 'i', OWNER, leaving.signal)).rejects.toMatchObject({
      name: 'AbortedError',
    });
    setTimeout(() => void media.close(), 50);
    await expect(media.image({ url: `http://${host}/` }, 'i', OWNER, NEVER)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect.poll(() => closed).toBe(2);
  });
});

describe('an address', () => {
  it('is public only when all of the internet can reach it', () => {
    for (const address of ['8.8.8.8', '93.184.216.34', '172.15.255.255', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450::1']) {
      expect([address, isPublicAddress(address)]).toEqual([address, true]);
    }
    const others = [
      '', 'example.com', '0.1.2.3', '198.18.0.1', '203.0.113.7', '240.0.0.1', '2001:db8::1', '2001::1', 'fec0::1', 'ff02::1', '100::1',
      '64:ff9b:1::1', '::ffff:8.8.8.8', '::8.8.8.8', '4000::1', '5f00::1', 'fe80::1%eth0',
    ];
    for (const address of others) expect([address, isPublicAddress(address)]).toEqual([address, false]);
  });
});
