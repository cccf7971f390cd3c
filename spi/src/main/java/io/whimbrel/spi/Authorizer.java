package io.whimbrel.spi;

import java.util.concurrent.CompletionStage;

/**
 * Says what clients may do. Asked once for each connection, after its client is known, under the
 * same terms as an {@link Authenticator}; what it gives is asked for every message then. Where
 * there are rules of a file as well, both have to grant.
 */
public interface Authorizer extends Plugin {
  /** What a client may do while it is connected. */
  CompletionStage<Permissions> permissions(Client client);
}
