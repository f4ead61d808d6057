export { actTokens, useAct, type Act, type ActTokens } from './acts.ts';
export {
  createCustomer,
  findCustomer,
  findCustomers,
  isTimeZone,
  lockCustomer,
  removeCustomer,
  updateCustomer,
  type Customer,
} from './customers.ts';
export { forgetOldSessions, openSession, requireSession, type Session } from './sessions.ts';
