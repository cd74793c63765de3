import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { createSecureContext } from 'node:tls';
import { KanonError } from '../../canonical/errors.ts';

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
export function createListener(tls: TlsFiles | null, options: ServerOptions, listener: RequestListener): Server | TlsServer {
  return tls === null ? createServer(options, listener) : createTlsServer({ ...options, ...readFiles(tls) }, listener);
}

/**
 * Reads the certificate again: for new connections; those that are open keep theirs.
 * @throws KanonError as `readFiles`; the old certificate stays
 */
export function renewCertificate(server: Server | TlsServer, tls: TlsFiles): void {
  if ('setSecureContext' in server) server.setSecureContext(readFiles(tls));
}
