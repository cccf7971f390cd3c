/** What whoever runs a broker can ask of it while it runs, on a Unix socket. */
@NullMarked
package io.whimbrel.server.control;

import org.jspecify.annotations.NullMarked;
