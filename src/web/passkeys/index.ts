export { useAttempt, type Attempt } from './attempt.ts';
export { goToBankProof, goToBankSignIn, hubCalls, type SignInHub } from './calls.ts';
export { actProven, addPasskey, proveByPasskey, removePasskey, signInByPasskey } from './dialogue.ts';
export { problemWords } from './problem-words.ts';
