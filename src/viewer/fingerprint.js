// A ledger's fingerprint: the first 24 bytes of its id, as words from two lists in turn
// and as groups of five digits. The lists are those of src/words.txt; a test compares them.

const FINGERPRINT_EVEN = `
arch axe back bald barn bell bench bird blind block bloom bone boot bow brass brick bridge bronze
brunch bulb bush cake calf camp card chair chalk cheese chest chief church claw clerk cloth clown
club coat coin crab crane crisp crumb crust cube curl dance dart dawn deck deep disk dog doll door
dove dress drift drum dust earth egg elf eye face faith farm fence field fig film fire fish flag
flask flesh flint floor foam fork fox fringe frog frost fruit fudge gate gauze ghost gift glass
globe gloves glue gold goose gown grape green grill grouse grove guest gulch gulf hand harp hat
haunch hawk health hedge helm hill hinge hive horn horse huge hymn ice ink isle jade jar jazz jeans
joke jolt jump junk knee knife knight lamb leaf leg lens lime lip lodge loft loud luck lunch lung
lymph lynx mall map mask maze milk moss mug nest niece notch nurse oak oath oil orb ounce pact paint
pearl pitch plank plug post quartz quiz raft rail ranch realm rhyme ring road robe roof salt scarf
school scoop screw scroll shark sheep shelf shoe shrimp shrub skate sketch skirt sky sledge sleigh
slope smile smith smoke snow spade sphere sphinx spice sponge spoon spring spruce squash squint
staff stamp star steel stilt stone storm stripe sulk swarm swing swirl tent thumb tide tongue torch
tribe trunk urn valve veil verse waltz wasp watch wax web wheat wheel whisk wick wind wolf world
worm wrist yacht yeast yolk youth zinc`.trim().split(/\s+/);

const FINGERPRINT_ODD = `
acorn admiral alarm alley almanac almond amber anchor angel ankle apron artist atlas attic autumn
avenue baby baker bamboo banjo barrel basil beacon beetle berry bicycle bishop blanket blossom
bonfire bonnet border bracelet breakfast broccoli bucket buffalo bugle butter cabbage cabin cactus
calendar camel canary canvas canyon captain caravan cargo carpet castle cavern cedar cello cement
charcoal chestnut chisel cinder circus clarinet climate clover cobra cobweb coffee collar compass
concert cottage cotton cousin coyote cradle cranberry crater cricket crimson crystal cuckoo curlew
custard cygnet cymbal dahlia dairy dolphin donkey dragon driver echo elbow emblem engine envoy
fabric falcon feather fiddle filter flannel forest fossil fountain freckle freezer furnace gallop
garden garlic giant giraffe goblet gospel granite gravel guitar hammock harbour harvest hatchet
haystack helmet hollow hotel iceberg igloo insect island jaguar jasmine jewel jigsaw kernel kitchen
ladder lantern laundry lava lemon leopard lettuce lily liquid lizard lobster locker magpie mammoth
marble margin metal mirror mitten morning mosaic motor muffin museum napkin nephew nickel nutmeg
ocean olive onion opal orange orbit orchard package palace panther parrot pasture pebble pelican
pencil phoenix picnic pigeon pilgrim pilot plaster poem portrait potato pretzel prism pumpkin puzzle
pyramid python quarry rabbit radish raisin razor ribbon ripple rubber saffron sailor salad sandal
saucer scholar shadow shelter shepherd signal siren slipper spider spinach squirrel stable stallion
summer sunset swallow tadpole teapot temple tennis thistle thunder tiger tinsel tractor treasure
trellis triangle trumpet turban turkey turnip turtle vanilla vendor viking village vinegar violet
voyage waffle walnut weasel whisker window wombat yoghurt zenith zigzag zodiac`.trim().split(/\s+/);

/** Both lists, for whoever compares them. */
export function fingerprintLists() {
  return [FINGERPRINT_EVEN, FINGERPRINT_ODD];
}

/** Words and digits of 24 bytes (or of the first so many that are given). */
export function fingerprintOf(bytes) {
  const first = bytes.subarray(0, 24);
  const words = Array.from(first, (byte, at) => (at % 2 === 0 ? FINGERPRINT_EVEN : FINGERPRINT_ODD)[byte]);
  const digits = [];
  for (let at = 0; at + 1 < first.length; at += 2) {
    digits.push(String(first[at] * 256 + first[at + 1]).padStart(5, '0'));
  }
  return { words, digits };
}
