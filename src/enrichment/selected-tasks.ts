import { LacunaError } from '../config/errors.js';
import type { Task } from '../vocabulary/profile.js';

/**
 * The tasks a person named, or all when none were.
 *
 * @throws LacunaError NOT_FOUND naming the unknown ones and the tasks that are switched on
 */
export function selectedTasks(tasks: readonly Task[], names: readonly string[] | undefined): readonly Task[] {
  const unknown = (names ?? []).filter((name) => !tasks.some((task) => task.name === name));
  if (unknown.length > 0) {
    throw new LacunaError(
      'NOT_FOUND',
      `No such task: ${unknown.join(', ')}. The tasks that are switched on: ${tasks.map(({ name }) => name).join(', ')}.`,
    );
  }
  return names === undefined ? tasks : tasks.filter(({ name }) => names.includes(name));
}
