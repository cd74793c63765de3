import type { ChatRequest } from './chat.ts';
import type { Image } from './media.ts';
import type { TokenUsage } from './usage.ts';

/** What every whole answer of a provider carries beside its result. */
export interface Reading {
  usage: TokenUsage;
  /** What the caller should know of how the answer came about. */
  warnings: string[];
}

export interface SentimentRequest {
  text: string;
  /** BCP 47 tag, or null: the models find out. */
  language: string | null;
}

export type SentimentLabel = 'POSITIVE' | 'NEUTRAL' | 'NEGATIVE' | 'MIXED';

export const EMOTIONS = [
  'ANGER',
  'FRUSTRATION',
  'JOY',
  'SADNESS',
  'FEAR',
  'SURPRISE',
  'GRATITUDE',
  'DISAPPOINTMENT',
] as const;
export type EmotionName = (typeof EMOTIONS)[number];

export interface Emotion {
  name: EmotionName;
  /** 0 to 1. */
  score: number;
}

export interface SentimentReading extends Reading {
  label: SentimentLabel;
  /** -1 (negative) to 1 (positive). */
  score: number;
  /** 0 to 1. */
  confidence: number;
  /** Only those that the backend can tell, strongest first. */
  emotions: Emotion[];
  /** BCP 47 tag, or null where the backend does not say. */
  language: string | null;
}

/** A feeling in short: what the record of a call keeps of it. */
export type SentimentScore = Pick<SentimentReading, 'label' | 'score' | 'confidence'>;

export interface VisionRequest {
  image: Image;
  /** A question to a model that can talk; others ignore it with a warning. */
  question: string | null;
  /** BCP 47 tags of the languages to expect in the picture. */
  languages: string[];
}

/** In pixels of the upright picture; x and y are the upper left corner. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface TextLine {
  text: string;
  box: Box;
  /** 0 to 1. */
  confidence: number;
}

/** Lines that belong together. */
export interface TextBlock {
  text: string;
  box: Box;
  confidence: number;
  lines: TextLine[];
}

export interface DetectedObject {
  label: string;
  box: Box;
  confidence: number;
}

export interface DocumentItem {
  description: string;
  quantity: number | null;
  amount: number | null;
}

export interface DocumentFields {
  merchant: string | null;
  /** ISO 8601 date. */
  date: string | null;
  total: number | null;
  /** ISO 4217 code. */
  currency: string | null;
  items: DocumentItem[];
}

export interface VisionReading extends Reading {
  /** Lines in reading order; blocks and the whole text are made of them by the operation. */
  lines: TextLine[];
  objects: DetectedObject[];
  /** Only from a model that reads documents by itself; otherwise the operation derives it from the lines. */
  document: DocumentFields | null;
  /** Only from a model that can talk. */
  description: string | null;
}

export interface EmbedRequest {
  texts: string[];
  dimensions: number | null;
}

export interface EmbedReading extends Reading {
  /** One unit vector a text, in the order of the texts. */
  vectors: Float32Array[];
}

/** What providers read, of the operations that are answered whole. */
export interface UnaryReadings {
  SENTIMENT: SentimentReading;
  VISION: VisionReading;
  EMBED: EmbedReading;
}
export type UnaryOperation = keyof UnaryReadings;
export type Operation = 'CHAT' | UnaryOperation;

/** What each operation is asked with. */
export interface OperationRequests {
  CHAT: ChatRequest;
  SENTIMENT: SentimentRequest;
  VISION: VisionRequest;
  EMBED: EmbedRequest;
}
