import type { CallContext, CallMeta } from '../canonical/call.ts';
import type { DetectedObject, DocumentFields, TextBlock, VisionRequest } from '../canonical/results.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { RoutedModel } from '../routing/target.ts';
import { readDocument } from './document/document.ts';
import { toBlocks } from './merge/blocks.ts';
import { mergeVision } from './merge/vision.ts';

export interface VisionAnswer {
  text: string;
  blocks: TextBlock[];
  objects: DetectedObject[];
  document: DocumentFields | null;
  description: string | null;
  /** Of the upright picture, in pixels. */
  width: number;
  height: number;
  meta: CallMeta;
}

/**
 * Asks what a picture shows and says. A model that reads documents by itself is believed; otherwise the fields of
 * a receipt or an invoice are read out of its lines.
 * @throws KanonError, AbortedError
 */
export async function vision(pipeline: Pipeline, model: RoutedModel, request: VisionRequest, context: CallContext): Promise<VisionAnswer> {
  const { members, meta } = await pipeline.unary('VISION', model, request, context);
  const merged = mergeVision(
    members.map(({ target, reading }) => ({ name: `${target.provider.name}/${target.targetModel}`, weight: target.weight, reading })),
  );
  return {
    text: merged.lines.map((line) => line.text).join('\n'),
    blocks: toBlocks(merged.lines),
    objects: merged.objects,
    document: merged.document ?? readDocument(merged.lines),
    description: merged.description,
    width: request.image.width,
    height: request.image.height,
    meta,
  };
}
