import { readFileSync } from 'node:fs';
import { createServer, IncomingMessage, type RequestListener, type Server as HttpServer, type ServerOptions } from 'node:http';
import { createServer as createTlsServer, type Server as HttpsServer } from 'node:https';
import { createSecureContext } from 'node:tls';
import { KanonError } from '../../canonical/errors.ts';
import { GatewayResponse } from './response.ts';

type Server = HttpServer<typeof IncomingMessage, typeof GatewayResponse>;
type TlsServer = HttpsServer<typeof IncomingMessage, typeof GatewayResponse>;

/** Paths of files in PEM: the certificate with those that lead to its root, and its key. */
export interface TlsFiles {
  cert: string;
  key: string;
}

/** @throws KanonError when a file cannot be read, or the two do not fit together */
function readFiles({ cert, key }: TlsFiles): { cert: Buffer; key: Buffer } {
  try {
    const files = { cert: readFileSync(cert), key: readFileSync(key) };
    createSecureContext(files);
    return files;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new KanonError('INTERNAL', `The certificate of server.tls cannot be used: ${reason}`, { cause });
  }
}

/** A server for HTTP, over TLS where there is a certificate. @throws KanonError as `readFiles` */
export function createListener(tls: TlsFiles | null, options: ServerOptions, listener: RequestListener<typeof IncomingMessage, typeof GatewayResponse>): Server | TlsServer {
  const classes = { IncomingMessage, ServerResponse: GatewayResponse };
  return tls === null ? createServer({ ...options, ...classes }, listener) : createTlsServer({ ...options, ...readFiles(tls), ...classes }, listener);
}

/**
 * Reads the certificate again: for new connections; those that are open keep theirs.
 * @throws KanonError as `readFiles`; the old certificate stays
 */
export function renewCertificate(server: Server | TlsServer, tls: TlsFiles): void {
  if ('setSecureContext' in server) server.setSecureContext(readFiles(tls));
}
