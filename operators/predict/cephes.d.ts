/** The functions used of `cephes` (Moshier's library as WebAssembly); its own types are not reachable by NodeNext. */
declare module 'cephes' {
  const cephes: {
    /** Resolves once the WebAssembly module is ready. */
    readonly compiled: Promise<void>;
    lgam(x: number): number;
    psi(x: number): number;
    zeta(s: number, q: number): number;
    incbet(a: number, b: number, x: number): number;
    incbi(a: number, b: number, y: number): number;
  };
  export default cephes;
}
