import type { TelemetryConfig } from '../../config/config.ts';
import type { Log } from '../log.ts';
import { SpanExporter } from './exporter.ts';
import { Tracer } from './tracer.ts';

/** OpenTelemetry's own variables (https://opentelemetry.io/docs/specs/otel/protocol/exporter/). */
export interface OtlpEnvironment {
  /** OTEL_EXPORTER_OTLP_ENDPOINT */
  endpoint?: string | undefined;
  /** OTEL_EXPORTER_OTLP_HEADERS: `name=value,name=value`, values percent-encoded. */
  headers?: string | undefined;
  /** OTEL_SERVICE_NAME */
  serviceName?: string | undefined;
}

export interface Tracing {
  readonly tracer: Tracer;
  /** Sends what is waiting. */
  close(): Promise<void>;
}

/** Null where neither the config nor the environment names a collector: then nothing is traced. */
export function openTracing(config: TelemetryConfig['otlp'], environment: OtlpEnvironment, log: Log): Tracing | null {
  const endpoint = config?.endpoint ?? environment.endpoint;
  if (endpoint === undefined || endpoint === '') return null;
  if (!URL.canParse(endpoint)) {
    log.error('OTEL_EXPORTER_OTLP_ENDPOINT is no URL: nothing is traced');
    return null;
  }
  const serviceName = config?.serviceName ?? environment.serviceName ?? 'kanon';
  const exporter = new SpanExporter({ endpoint, headers: config?.headers ?? headersOf(environment.headers), serviceName, log });
  return { tracer: new Tracer(exporter.add, config?.sample ?? 1), close: () => exporter.close() };
}

function headersOf(text = ''): Record<string, string> {
  const pairs = text.split(',').map((pair) => pair.split('='));
  return Object.fromEntries(pairs.flatMap(([name = '', ...value]) => (name.trim() === '' || value.length === 0 ? [] : [[name.trim(), decoded(value.join('=').trim())]])));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
