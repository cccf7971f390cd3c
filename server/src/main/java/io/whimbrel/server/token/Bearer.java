package io.whimbrel.server.token;

import java.security.cert.X509Certificate;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The client that shows a token.
 *
 * @param certificate that it has proved to be its own, or null
 * @param awaited whether it is still there, as far as is known
 * @param certain whether it says itself that it is a token, and no password
 */
public record Bearer(
    String clientId,
    @Nullable X509Certificate certificate,
    BooleanSupplier awaited,
    boolean certain) {}
