/** Administration over HTTP, and metrics. */
@NullMarked
package io.whimbrel.server.admin;

import org.jspecify.annotations.NullMarked;
