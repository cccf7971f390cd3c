package io.whimbrel.core.shard;

import io.whimbrel.codec.ReasonCode;
import io.whimbrel.core.connection.Connection;
import io.whimbrel.core.port.Identity;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The network connections of a shard, from accept until the edge lets go; owned by it. */
final class Connections {
  private final Set<Connection> all = new LinkedHashSet<>();
  private final List<Connection> congested = new ArrayList<>();

  /** One more; if it comes too late, it is told so at once. */
  Connection add(Connection connection, boolean late) {
    all.add(connection);
    if (late) {
      connection.onShutdown();
    }
    return connection;
  }

  void remove(Connection connection) {
    all.remove(connection);
  }

  /** One that does not go on while the shard is congested. */
  void await(Connection connection) {
    congested.add(connection);
  }

  /** Each of these, which wait no more. */
  void awaiting(Consumer<Connection> what) {
    if (!congested.isEmpty()) {
      List<Connection> waiting = List.copyOf(congested);
      congested.clear();
      waiting.forEach(what);
    }
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
