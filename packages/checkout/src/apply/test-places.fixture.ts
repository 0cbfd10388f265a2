// For tests: checkouts that are removed together, and how their files are written down.
import { createPlace, type Place, type Tree } from "./checkout.fixture.ts";

/** `placeWith` makes a checkout that holds a tree, `removePlaces` removes all that were made. */
export function createTestPlaces(): { placeWith(tree: Tree): Promise<Place>; removePlaces(): Promise<void> } {
  const places: Awaited<ReturnType<typeof createPlace>>[] = [];
  return {
    async placeWith(tree) {
      const place = await createPlace(tree);
      places.push(place);
      return place;
    },
    async removePlaces() {
      await Promise.all(places.splice(0).map((place) => place.remove()));
    },
  };
}

export const lines = (...numbers: (number | string)[]) => numbers.map((number) => `line ${number}\n`).join("");
export const exec = (text: string) => ({ text, mode: "100755" as const });
export const linkTo = (text: string) => ({ text, mode: "120000" as const });
