package io.whimbrel.server.config;

import static io.whimbrel.server.config.ConfigKeys.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What keys forbid each other. A rule is silent about keys that have mistakes of their own.
 *
 * @param broken paths of these keys
 */
record ConfigRules(Settings settings, Set<String> broken) {

  /** The combinations nobody can run. */
  List<ConfigMistake> check() {
    List<ConfigMistake> mistakes = new ArrayList<>();
    checkListeners(mistakes);
    checkExposure(mistakes);
    if (sound(CONNECT_PACKET_SIZE_MAX, PACKET_SIZE_MAX)
        && settings.value(CONNECT_PACKET_SIZE_MAX) > settings.value(PACKET_SIZE_MAX)) {
      String problem = atMost(CONNECT_PACKET_SIZE_MAX, PACKET_SIZE_MAX);
      mistakes.add(mistake(problem, CONNECT_PACKET_SIZE_MAX, PACKET_SIZE_MAX));
    }
    long keepAliveMax = settings.value(KEEP_ALIVE_MAX);
    if (sound(SERVER_KEEP_ALIVE, KEEP_ALIVE_MAX)
        && keepAliveMax != 0
        && settings.value(SERVER_KEEP_ALIVE) > keepAliveMax) {
      String problem = atMost(SERVER_KEEP_ALIVE, KEEP_ALIVE_MAX);
      mistakes.add(mistake(problem, SERVER_KEEP_ALIVE, KEEP_ALIVE_MAX));
    }
    return mistakes;
  }

  private void checkListeners(List<ConfigMistake> mistakes) {
    Port tcp = settings.value(TCP_PORT);
    Port websocket = settings.value(WEBSOCKET_PORT);
    if (sound(TCP_PORT, WEBSOCKET_PORT) && tcp.isOff() && websocket.isOff()) {
      String problem = "both it and listeners.websocket-port are off; give one of them a port";
      mistakes.add(mistake(problem, TCP_PORT, WEBSOCKET_PORT));
    }
    checkPorts(WEBSOCKET_PORT, BIND, TCP_PORT, BIND, mistakes);
    checkPorts(HTTP_PORT, HTTP_BIND, TCP_PORT, BIND, mistakes);
    checkPorts(HTTP_PORT, HTTP_BIND, WEBSOCKET_PORT, BIND, mistakes);
  }

  private void checkPorts(
      ConfigKey<Port> key,
      ConfigKey<String> bind,
      ConfigKey<Port> other,
      ConfigKey<String> otherBind,
      List<ConfigMistake> mistakes) {
    Port port = settings.value(key);
    if (sound(key, bind, other, otherBind)
        && port.isFixed()
        && port.equals(settings.value(other))
        && Loopback.overlap(settings.value(bind), settings.value(otherBind))) {
      String problem =
          "found "
              + shown(key)
              + ", which is "
              + other.path()
              + " too; give each a port of its own, or 0 to switch one off";
      mistakes.add(mistake(problem, key, other));
    }
  }

  private void checkExposure(List<ConfigMistake> mistakes) {
    if (sound(BIND, ALLOW_ANONYMOUS)
        && !Loopback.isLoopback(settings.value(BIND))
        && settings.value(ALLOW_ANONYMOUS) != Anonymous.TRUE) {
      String problem =
          "found "
              + shown(BIND)
              + ", which other machines can reach, and clients need no credentials; keep "
              + BIND.defaultText()
              + ", or let in only whom you trust (firewall, private network) and say so with "
              + ALLOW_ANONYMOUS.path()
              + ": true ("
              + ALLOW_ANONYMOUS.variable()
              + "=true)";
      mistakes.add(mistake(problem, BIND));
    }
  }

  private String atMost(ConfigKey<Long> key, ConfigKey<Long> other) {
    return "found "
        + shown(key)
        + ", allowed: at most "
        + other.path()
        + ", which is "
        + shown(other);
  }

  private boolean sound(ConfigKey<?>... keys) {
    for (ConfigKey<?> key : keys) {
      if (broken.contains(key.path())) {
        return false;
      }
    }
    return true;
  }

  private <T> String shown(ConfigKey<T> key) {
    return key.kind().write(settings.value(key));
  }

  /** A mistake of the first key, told where somebody said it or, by default, one of the others. */
  private ConfigMistake mistake(String problem, ConfigKey<?>... keys) {
    Origin where = Origin.DEFAULT;
    for (ConfigKey<?> key : keys) {
      if (where.equals(Origin.DEFAULT)) {
        where = settings.origin(key);
      }
    }
    return new ConfigMistake(where.place(), keys[0].path(), problem);
  }
}
