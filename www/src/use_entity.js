// SPDX-License-Identifier: ISC
// An entity for a component: as the house reports it, as it is expected to be, and the
// command that is under way.
import { commandOf, expected } from './command.js';
import { house } from './house.js';
import { useTopics } from './store.js';

/** {entity, view, command} of the entity ID; all null when the house does not know it. */
export function useEntity(id) {
	const entity = house.entities.get(id) ?? null;
	// its name may begin with its device's
	useTopics(`entity:${id}`, `device:${entity?.device_id}`);
	return {
		entity,
		view: entity && expected(entity),
		command: commandOf(id),
	};
}
