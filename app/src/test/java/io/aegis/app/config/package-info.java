@NullMarked
package io.aegis.app.config;

import org.jspecify.annotations.NullMarked;
