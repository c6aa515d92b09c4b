#include "textflag.h"

// What a byte with this low half can be, and what one with this high half is; it is a digit if the two have a bit in
// common: 1 signs of 0x2., 2 digits, 4 letters of 0x4. and 0x6., 8 those of 0x5., 16 those of 0x7.
DATA lowHalves<>+0(SB)/8, $0x1e1e1e1e1e1e1e1a
DATA lowHalves<>+8(SB)/8, $0x0d040504051c1e1e
GLOBL lowHalves<>(SB), RODATA|NOPTR, $16

DATA highHalves<>+0(SB)/8, $0x1004080402010000
DATA highHalves<>+8(SB)/8, $0x0000000000000000
GLOBL highHalves<>(SB), RODATA|NOPTR, $16

// func classify(text *byte, words int, out *masks)
TEXT ·classify(SB), NOSPLIT, $0-24
	MOVQ text+0(FP), SI
	MOVQ words+8(FP), CX
	MOVQ out+16(FP), DI
	VBROADCASTI128 lowHalves<>(SB), Y0
	VBROADCASTI128 highHalves<>(SB), Y1
	MOVQ $0x0f0f0f0f0f0f0f0f, BX
	MOVQ BX, X8
	VPBROADCASTQ X8, Y8
	VPXOR Y9, Y9, Y9
	MOVQ $0x2d2d2d2d2d2d2d2d, BX
	MOVQ BX, X10
	VPBROADCASTQ X10, Y10

loop:
	TESTQ CX, CX
	JLE   end

	VMOVDQU 0(SI), Y2
	VMOVDQU 32(SI), Y3
	VPCMPEQB  Y10, Y2, Y6
	VPCMPEQB  Y10, Y3, Y7
	VPMOVMSKB Y6, AX
	VPMOVMSKB Y7, DX
	SHLQ $32, DX
	ORQ  DX, AX
	MOVQ AX, 8(DI)

	VPAND   Y8, Y2, Y4
	VPAND   Y8, Y3, Y5
	VPSRLW  $4, Y2, Y2
	VPSRLW  $4, Y3, Y3
	VPAND   Y8, Y2, Y2
	VPAND   Y8, Y3, Y3
	VPSHUFB Y4, Y0, Y4
	VPSHUFB Y5, Y0, Y5
	VPSHUFB Y2, Y1, Y2
	VPSHUFB Y3, Y1, Y3
	VPAND   Y4, Y2, Y2
	VPAND   Y5, Y3, Y3
	VPCMPEQB  Y9, Y2, Y2
	VPCMPEQB  Y9, Y3, Y3
	VPMOVMSKB Y2, AX
	VPMOVMSKB Y3, DX
	SHLQ $32, DX
	ORQ  DX, AX
	NOTQ AX
	MOVQ AX, 0(DI)

	ADDQ $64, SI
	ADDQ $16, DI
	DECQ CX
	JMP  loop

end:
	VZEROUPPER
	RET
