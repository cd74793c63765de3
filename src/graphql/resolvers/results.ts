import type { Resolvers } from '../generated/resolvers.ts';

export const resultTypes = {
  EmbedResult: {
    embeddings: ({ vectors }) => vectors.map((vector, index) => ({ index, vector: Array.from(vector) })),
  },
} satisfies Resolvers;
