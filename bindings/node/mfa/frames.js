// What callbacks of the call that is under way threw: the cause of its error.

const stack = [];

export function enter() {
  const frame = { cause: undefined };
  stack.push(frame);
  return frame;
}

export function leave(frame) {
  stack.splice(stack.indexOf(frame));
}

export function caught(error) {
  const frame = stack[stack.length - 1];
  if (frame) frame.cause = error;
}
