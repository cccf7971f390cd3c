package io.whimbrel.server.token;

import io.whimbrel.server.rights.Grant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who a client is by its token.
 *
 * @param grants rights that the token says; present: it has no others but those of rules
 * @param issuer {@code iss}
 * @param subject {@code sub}, empty where it says none
 * @param id {@code jti}, empty where it says none
 * @param expiresMillis the time of day from which on it does not count
 */
public record TokenClient(
    String user,
    Set<String> groups,
    Optional<List<Grant>> grants,
    String issuer,
    String subject,
    String id,
    long expiresMillis) {}
