package io.whimbrel.core.shard;

import java.util.List;

/**
 * Passes on the fences of sessions that are handed over, and ends an arrival when the last one has
 * come; see {@link Arrivals}. Owned by its shard.
 */
final class Fences {
  private final Shard shard;
  private final Arrivals arrivals;
  private final Seats seats;

  Fences(Shard shard, Arrivals arrivals, Seats seats) {
    this.shard = shard;
    this.arrivals = arrivals;
    this.seats = seats;
  }

  void onLetter(Letter letter) {
    if (letter instanceof Letter.FenceRequest request) {
      Letter.Fence fence = new Letter.Fence(request.session(), request.newOwner());
      if (request.oldOwner() == shard.shard()) {
        onLetter(fence);
      } else {
        shard.tell(request.oldOwner(), fence);
      }
    } else if (letter instanceof Letter.Fence fence) {
      shard.tell(fence.newOwner(), new Letter.FencePassed(fence.session()));
    } else if (letter instanceof Letter.FencePassed passed) {
      List<Letter> held = arrivals.fencePassed(passed.session());
      if (held != null) {
        held.forEach(waited -> shard.onLetter(shard.shard(), waited));
        seats.settled(passed.session());
      }
    } else {
      throw new IllegalStateException("a letter without a meaning: " + letter.getClass());
    }
  }
}
