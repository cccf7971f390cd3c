package io.whimbrel.server.config;

import io.whimbrel.sn.SnClients;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which devices of MQTT-SN may come by which name. Immutable.
 *
 * @param clients one of them has to match a Client Identifier
 * @param name how it goes with a user name that was proved
 * @param topics of some devices alone
 */
record KnownDevices(List<Glob> clients, SnKeys.ClientName name, List<ClientTopic> topics)
    implements SnClients {
  private static final String SEPARATORS = "-/:._";

  @Override
  public boolean mayBe(String clientId, @Nullable String user) {
    return clients.stream().anyMatch(glob -> glob.matches(clientId))
        && (user == null || isNameOf(clientId, user));
  }

  private boolean isNameOf(String clientId, String user) {
    return switch (name) {
      case ANY -> true;
      case USER -> clientId.equals(user);
      case USER_PREFIX ->
          clientId.equals(user)
              || (clientId.startsWith(user)
                  && SEPARATORS.indexOf(clientId.charAt(user.length())) >= 0);
    };
  }

  @Override
  public Map<Integer, String> predefined(String clientId) {
    Map<Integer, String> own = new HashMap<>();
    for (ClientTopic topic : topics) {
      String named = topic.of(clientId);
      boolean isTopic = named.indexOf('+') < 0 && named.indexOf('#') < 0;
      if (isTopic && topic.clients().matches(clientId)) {
        own.putIfAbsent(topic.id(), named);
      }
    }
    return own;
  }
}
