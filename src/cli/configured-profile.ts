import { LacunaError } from '../config/errors.js';
import type { Config } from '../config/load-config.js';
import { closestWord } from '../config/suggest.js';
import type { Profile } from '../vocabulary/profile.js';

/**
 * The profile with the configuration's say: tasks that are switched off are left out, minimum label counts replaced.
 *
 * @param parameters of trees, by task; only the names of the tasks are looked at
 * @throws LacunaError CONFIG_INVALID when the configuration names a task the profile has not, or switches all of them off
 */
export function configuredProfile(
  profile: Profile,
  tasks: Config['tasks'],
  parameters: Config['modalities']['tabular']['parameters'] = {},
): Profile {
  const names = profile.tasks.map(({ name }) => name);
  const sections = { tasks, 'modalities.tabular.parameters': parameters };
  const problems = Object.entries(sections).flatMap(([section, named]) =>
    Object.keys(named)
      .filter((name) => !names.includes(name))
      .map((name) => {
        const near = closestWord(name, names);
        const mend = near === undefined ? `its tasks are ${names.join(', ')}` : `did you mean ${near}?`;
        return `${section}.${name}: profile ${profile.id} has no such task — ${mend}`;
      }),
  );
  const kept = profile.tasks.filter(({ name }) => tasks[name]?.enabled !== false);
  if (kept.length === 0) problems.push('tasks: every task is switched off — enable one');
  if (problems.length > 0) {
    throw new LacunaError('CONFIG_INVALID', 'The configuration does not fit its profile:', { problems });
  }
  return {
    ...profile,
    tasks: kept.map((task) => ({
      ...task,
      minimumLabelCount: tasks[task.name]?.minimumLabelCount ?? task.minimumLabelCount,
    })),
  };
}
