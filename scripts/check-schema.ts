/** Lints the public contract: everything in it is described, and it composes as a subgraph without a hint. */
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { readTypeDefs } from '../src/graphql/schema.ts';
import { undescribed } from './undescribed.ts';

const document = parse(readTypeDefs());
const { errors = [], hints = [] } = composeServices([{ name: 'kanon', typeDefs: document }]);
const problems = [...undescribed(document).map((name) => `${name} has no description`), ...errors.map(String), ...hints.map(String)];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log('The schema is described and composes.');
