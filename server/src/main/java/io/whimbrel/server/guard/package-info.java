/** Nobody takes more than a share: rates, failed logins, flapping, overload. */
@NullMarked
package io.whimbrel.server.guard;

import org.jspecify.annotations.NullMarked;
