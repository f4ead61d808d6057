import { readGeography, type Geography } from '#contract';
import type { Topology } from 'topojson-specification';
import { statesAddress, worldAddress } from 'virtual:atlas';

let states: Promise<Topology> | undefined;
let america: Promise<Geography> | undefined;
let world: Promise<Geography> | undefined;

/** The states of the United States: enough for a map deep inside the country. */
export function loadAmerica(): Promise<Geography> {
  america ??= loadStates().then(
    (topology) => readGeography(topology),
    (error: unknown) => {
      america = undefined;
      throw error;
    },
  );
  return america;
}

/** The states and the countries of the world. */
export function loadWorld(): Promise<Geography> {
  world ??= Promise.all([loadStates(), fetchAtlas(worldAddress)]).then(
    ([home, countries]) => readGeography(home, countries),
    (error: unknown) => {
      world = undefined;
      throw error;
    },
  );
  return world;
}

function loadStates(): Promise<Topology> {
  states ??= fetchAtlas(statesAddress).catch((error: unknown) => {
    states = undefined;
    throw error;
  });
  return states;
}

async function fetchAtlas(address: string): Promise<Topology> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`no atlas: ${response.status}`);
  return (await response.json()) as Topology;
}
