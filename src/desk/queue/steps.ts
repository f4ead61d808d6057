/** Steps to come, the next one first: a heap, of times that a clock of the run's own counts. */
export interface Steps<Step extends { readonly at: number }> {
  push(step: Step): void;
  pop(): Step | undefined;
}

/** Makes it, empty. Times stand apart from steps: comparing plain numbers is most of what a run does. */
export function createSteps<Step extends { readonly at: number }>(): Steps<Step> {
  const steps: Step[] = [];
  const times: number[] = [];
  const put = (n: number, step: Step, time: number): void => {
    steps[n] = step;
    times[n] = time;
  };
  const move = (from: number, to: number): void => {
    const step = steps[from];
    if (step) put(to, step, times[from] ?? 0);
  };
  const sink = (step: Step, time: number): void => {
    const { length } = times;
    let n = 0;
    for (let child = 1; child < length; child = 2 * n + 1) {
      if (child + 1 < length && (times[child + 1] ?? 0) < (times[child] ?? 0)) child += 1;
      if ((times[child] ?? 0) >= time) break;
      move(child, n);
      n = child;
    }
    put(n, step, time);
  };
  return {
    push: (step) => {
      const time = step.at;
      let n = times.length;
      put(n, step, time);
      for (; n > 0 && (times[(n - 1) >> 1] ?? 0) > time; n = (n - 1) >> 1) move((n - 1) >> 1, n);
      put(n, step, time);
    },
    pop: () => {
      const [first] = steps;
      const last = steps.pop();
      const time = times.pop() ?? 0;
      if (last && times.length > 0) sink(last, time);
      return first;
    },
  };
}
