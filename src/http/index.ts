export { createAdmission, type Admission, type Backlog } from './admission.ts';
export { createOperator, type Operator } from './operator.ts';
export type { HttpParts } from './parts.ts';
export { createPublicServer, openPublicListener, type Listening } from './public-listener.ts';
export { createStaffServer, openStaffListener } from './staff-listener.ts';
export { webRights } from './rights.ts';
