import type { Services } from '../graphql/context.ts';
import type { TrustedDocuments } from '../graphql/documents/trusted.ts';
import type { GraphQLExecutor } from '../graphql/execution/executor.ts';
import type { Authenticator } from '../policy/principals/authenticator.ts';
import type { SealedRedis } from '../redis/sealed.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics/metrics.ts';
import type { Tracer } from '../telemetry/tracing/tracer.ts';
import type { SocketLife } from './graphql/socket-life.ts';
import type { TlsFiles } from './http/tls.ts';
import type { ScopeError } from './scope.ts';

export interface TransportOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  executor: GraphQLExecutor;
  services: Services;
  authenticator: Authenticator;
  /** Told of whoever a path is not for. */
  onRefused: (error: ScopeError, path: string) => void;
  corsOrigins: readonly string[];
  /** Networks of proxies whose `x-forwarded-for` is believed. */
  trustedProxies: readonly string[];
  /** Largest body, uploads excepted, and largest message of a socket; in bytes. */
  maxBodyBytes: number;
  maxSubscriptionsPerSocket: number;
  socketLife: SocketLife;
  documents: TrustedDocuments;
  /** Null: without TLS. */
  tls: TlsFiles | null;
  /** Everybody is let in without a key. */
  open: boolean;
  /** Null where none is shared. */
  redis: { readonly isUp: boolean } | null;
  /** For what instances share and nobody else may read; null where there is no Redis, or no secret that they share. */
  sealed: SealedRedis | null;
  metrics: Pick<Metrics, 'text' | 'contentType'>;
  /** Null where nothing is traced. */
  tracer: Tracer | null;
  log: Log;
}
