// SPDX-License-Identifier: GPL-2.0-only
// What work-povray renders: glass and mirrors over a chequered floor.
#version 3.7;
global_settings { assumed_gamma 1.0 max_trace_level 6 }

camera { location <0, 3, -8> look_at <0, 1, 0> right x * image_width / image_height }
light_source { <10, 20, -15> color rgb 1 }
light_source { <-12, 9, -4> color rgb <0.4, 0.4, 0.6> }
sky_sphere { pigment { gradient y color_map { [0 color rgb 0.9] [1 color rgb <0.2, 0.4, 0.8>] } } }
plane { y, 0 pigment { checker color rgb 1 color rgb 0.2 } finish { reflection 0.2 } }

#declare N = 0;
#while (N < 12)
	sphere {
		<3 * cos(N * pi / 6), 0.6 + 0.1 * N, 3 * sin(N * pi / 6)>, 0.6
		pigment { color rgbt <N / 12, 1 - N / 12, 0.5, mod(N, 3) * 0.4> }
		finish { reflection 0.3 phong 0.8 }
		interior { ior 1.4 }
	}
	#declare N = N + 1;
#end
torus {
	1.2, 0.4
	translate y * 1.2
	pigment { marble color_map { [0 color rgb 0.9] [1 color rgb <0.5, 0.1, 0.1>] } turbulence 1 }
	finish { reflection 0.1 specular 0.6 }
}
