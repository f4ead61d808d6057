import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Topology } from 'topojson-specification';
import { readGeography } from './geography.ts';
import { drawMap, needsWorld, type MapRequest } from './map.ts';

const atlas = (name: string): Topology =>
  JSON.parse(readFileSync(createRequire(import.meta.url).resolve(name), 'utf8')) as Topology;
const states = atlas('us-atlas/states-10m.json');
const america = readGeography(states);
const world = readGeography(states, atlas('world-atlas/countries-50m.json'));

const size = { width: 358, height: 112 };
const westerville: MapRequest = { ...size, pins: [{ lat: 40.126, lon: -82.929, label: 'Westerville, 2:14 PM' }] };

test('a pin in Ohio stands inside, beside its label, in a map that shows Ohio', () => {
  const map = drawMap(westerville, world);
  assert.ok(map);
  assert.equal(map.shows, 'Ohio');
  const [pin] = map.pins;
  const [label] = map.labels;
  assert.ok(pin && label);
  assert.ok(pin.x > 0 && pin.x < size.width && pin.y > 0 && pin.y < size.height);
  assert.equal(label.text, 'Westerville, 2:14 PM');
  assert.equal(pin.y, size.height / 2);
  assert.ok(Math.abs(pin.x + label.x + label.width - size.width) < 2, 'pin and label stand in the middle together');
  assert.ok(map.names.some(({ text }) => text === 'OHIO'));
  assert.ok(map.stateLines.length > 0);
});

test('a map of one pin stays light: at most 35 KB of path', () => {
  const map = drawMap(westerville, world);
  assert.ok(map);
  const weight = [map.abroad, map.lakes, map.states, map.stateLines, map.countryLines].join('').length;
  assert.ok(weight <= 35_000, `${weight} characters`);
});

test('without coordinates the state is tinted and there is no pin', () => {
  const map = drawMap({ ...size, pins: [], region: { country: 'US', state: 'OH' } }, america);
  assert.ok(map);
  assert.deepEqual(map.pins, []);
  assert.deepEqual(map.labels, []);
  assert.ok(map.tint.startsWith('M'));
  assert.equal(map.shows, 'Ohio');
});

test('without coordinates abroad the country is tinted, by its two letters', () => {
  const map = drawMap({ ...size, pins: [], region: { country: 'MX' }, countryName: () => 'México' }, world);
  assert.ok(map?.tint);
  assert.equal(map.shows, 'México');
});

test('a region that no atlas knows draws nothing', () => {
  assert.equal(drawMap({ ...size, pins: [], region: { country: 'US', state: 'ZZ' } }, world), undefined);
  assert.equal(drawMap({ ...size, pins: [], region: { country: 'QQ' } }, world), undefined);
});

test('the world is loaded only when something else than American land is in view', () => {
  assert.equal(needsWorld({ ...size, pins: [{ lat: 38.5, lon: -98.4 }] }, america), false);
  assert.equal(needsWorld({ ...size, pins: [{ lat: 42.33, lon: -83.05 }] }, america), true);
  assert.equal(needsWorld({ ...size, pins: [], region: { country: 'US', state: 'OH' } }, america), false);
  assert.equal(needsWorld({ ...size, pins: [], region: { country: 'MX' } }, america), true);
});

test('several pins are all inside the map', () => {
  const pins = [
    { lat: 40.71, lon: -74.0, label: 'New York' },
    { lat: 34.05, lon: -118.24, label: 'Los Angeles' },
    { lat: 41.88, lon: -87.63, label: 'Chicago' },
  ];
  const map = drawMap({ ...size, height: 168, pins }, world);
  assert.ok(map);
  assert.equal(map.pins.length, 3);
  for (const { x, y } of map.pins) assert.ok(x > 0 && x < 358 && y > 0 && y < 168);
});

test('anywhere on the globe labels and names stay inside and touch neither each other nor a pin', () => {
  const place = fc.record({
    lat: fc.double({ min: -80, max: 80, noNaN: true }),
    lon: fc.double({ min: -180, max: 180, noNaN: true }),
  });
  fc.assert(
    fc.property(place, fc.integer({ min: 288, max: 440 }), ({ lat, lon }, width) => {
      const map = drawMap({ width, height: 112, pins: [{ lat, lon, label: 'Somewhere, 12:59 PM' }] }, world);
      assert.ok(map);
      const boxes = [...map.labels, ...map.names];
      for (const box of boxes) {
        assert.ok(box.x >= 0 && box.x + box.width <= width && box.y >= 0 && box.y + box.height <= 112);
        for (const { x, y } of map.pins) {
          assert.ok(x < box.x || x > box.x + box.width || y < box.y || y > box.y + box.height);
        }
        for (const other of boxes) {
          if (other === box) continue;
          const apart = box.x >= other.x + other.width || other.x >= box.x + box.width;
          assert.ok(apart || box.y >= other.y + other.height || other.y >= box.y + box.height);
        }
      }
    }),
    { numRuns: 60 },
  );
});

const between: MapRequest = {
  width: 358,
  height: 184,
  pins: [
    { lat: 40.126, lon: -82.929, label: 'You, 2:14 PM', detail: 'Westerville, OH', look: 'own' },
    { lat: 20.674, lon: -103.344, label: '3:02 PM', detail: 'Guadalajara', look: 'held' },
  ],
  line: { label: '1,804 miles' },
};

test('a line runs from the first place to the last, with its words clear of pins and labels', () => {
  const map = drawMap(between, world);
  assert.ok(map?.between);
  const [own, held] = map.pins;
  assert.ok(own && held && own.look === 'own' && held.look === 'held');
  assert.ok(map.line.startsWith(`M${own.x} ${own.y}L`) && map.line.endsWith(`${held.x} ${held.y}`));
  const apart = (a: typeof map.between, b: typeof map.between): boolean =>
    a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
  for (const label of map.labels) assert.ok(apart(label, map.between), label.text);
  assert.deepEqual(new Set(map.labels.map(({ detail }) => detail)), new Set(['Guadalajara', 'Westerville, OH']));
  assert.equal(drawMap({ ...between, line: {} }, world)?.between, undefined);
  assert.equal(drawMap(westerville, world)?.line, '');
});

test('of a map as wide as the country its states are not named, the country is', () => {
  const coasts = [
    { lat: 40.71, lon: -74.01 },
    { lat: 34.05, lon: -118.24 },
  ];
  const names = drawMap({ width: 358, height: 184, pins: coasts }, world)?.names.map(({ text }) => text) ?? [];
  assert.ok(names.includes('UNITED STATES OF AMERICA'), names.join());
  assert.ok(!names.some((name) => ['TEXAS', 'OHIO', 'KANSAS'].includes(name)), names.join());
});

test('where labels have no room for all, where a parcel is now is said first', () => {
  const pins = (['past', 'now', 'goal'] as const).map((look, n) => ({
    lat: 40.1,
    lon: -82.9 + n * 0.6,
    label: `${look} and a name that is long`,
    look,
  }));
  const labels = drawMap({ width: 358, height: 92, pins }, america)?.labels ?? [];
  assert.ok(labels.length > 0 && labels.length < 3);
  assert.ok(labels[0]?.text.startsWith('now'));
});
