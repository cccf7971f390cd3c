package io.whimbrel.core.shard;

import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.connection.Connection;
import io.whimbrel.core.port.Identity;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The network connections of a shard, from accept until the edge lets go; owned by it. */
final class Connections {
  private final Set<Connection> all = new LinkedHashSet<>();

  void add(Connection connection) {
    all.add(connection);
  }

  void remove(Connection connection) {
    all.remove(connection);
  }

  /** Each of those that are there now, whatever becomes of them meanwhile. */
  void each(Consumer<Connection> what) {
    List.copyOf(all).forEach(what);
  }

  /** Ends those of clients that were let in; returns how many there were. */
  int dismiss(Predicate<Identity> whom, ReasonCode reason, String why) {
    int dismissed = 0;
    for (Connection connection : List.copyOf(all)) {
      if (connection.isAdmitted() && whom.test(connection.identity())) {
        connection.dismiss(reason, why);
        dismissed++;
      }
    }
    return dismissed;
  }
}
