import type { FastifyInstance } from 'fastify';
import type { Controls } from './control-api.ts';

export function trialRoutes(_controls: Controls) {
  return async (scope: FastifyInstance): Promise<void> => {
    scope.get('/', async () => 'sandbox');
  };
}
