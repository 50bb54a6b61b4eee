/** One group held out; the numbers are places in the list of groups that was given, ascending. */
export interface GroupFold {
  /** The group that is held out. */
  readonly held: string;
  readonly heldOut: readonly number[];
  readonly rest: readonly number[];
}

/**
 * Holds out one group after the other, in the order of their names: leave one museum out, when `groups` names each
 * record's museum.
 */
export function* leaveOneGroupOut(groups: readonly string[]): Generator<GroupFold> {
  const places = [...groups.keys()];
  for (const held of [...new Set(groups)].sort()) {
    yield {
      held,
      heldOut: places.filter((place) => groups[place] === held),
      rest: places.filter((place) => groups[place] !== held),
    };
  }
}
