package io.whimbrel.server.auth;

import io.whimbrel.codec.Properties;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.port.Identity;
import io.whimbrel.core.port.SenderStamp;
import io.whimbrel.server.config.ListenerKind;
import io.whimbrel.server.config.ServerConfig;
import io.whimbrel.server.rights.AclFilter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What messages say of their senders, in User Properties of which no client can forge one: user,
 * Client Identifier, how it was found out, and the time. Immutable.
 */
final class SenderStamps {
  private static final String PREFIX = "whimbrel-sender-";
  private static final byte[] PREFIX_UTF8 = PREFIX.getBytes(StandardCharsets.US_ASCII);

  private final Set<String> listeners;
  private final List<AclFilter> topics;

  SenderStamps(ServerConfig.SenderIdentity settings) {
    listeners =
        settings.listeners().stream()
            .map(ListenerKind::word)
            .collect(Collectors.toUnmodifiableSet());
    topics = settings.topics().stream().map(AclFilter::of).toList();
  }

  /** What is said of one. */
  SenderStamp of(Identity who) {
    if (listeners.isEmpty()) {
      return SenderStamp.NONE;
    }
    if (!listeners.contains(who.origin().transport())) {
      return (properties, topic, now) -> properties.withoutUsers(PREFIX_UTF8);
    }
    Properties.Builder known = Properties.builder();
    if (!who.user().isEmpty()) {
      known.user(PREFIX + "user", who.user());
    }
    Properties said =
        known.user(PREFIX + "client", who.clientId()).user(PREFIX + "method", who.method()).build();
    return (properties, topic, now) -> {
      Properties honest = properties.withoutUsers(PREFIX_UTF8);
      return isMeant(topic) ? honest.followedBy(said).followedBy(time(now)) : honest;
    };
  }

  private boolean isMeant(TopicName topic) {
    for (AclFilter filter : topics) {
      if (filter.matches(topic.utf8())) {
        return true;
      }
    }
    return false;
  }

  private static Properties time(long millis) {
    return Properties.builder()
        .user(PREFIX + "time", Instant.ofEpochMilli(millis).toString())
        .build();
  }
}
