/** What is valid until the session expires. */
@NullMarked
package io.whimbrel.core.session;

import org.jspecify.annotations.NullMarked;
