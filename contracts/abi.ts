/** Written by contracts/build.ts from contracts/src. Do not edit. */

/** For viem, which reads its types from it. */
export const freeholdAbi = [
  {
    inputs: [
      { internalType: "bytes2", name: "start", type: "bytes2" },
      { internalType: "uint256", name: "length", type: "uint256" },
    ],
    name: "EntryRefused",
    type: "error",
  },
  {
    inputs: [
      { internalType: "uint64", name: "last", type: "uint64" },
      { internalType: "uint64", name: "size", type: "uint64" },
    ],
    name: "SizeNotAbove",
    type: "error",
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "address", name: "register", type: "address" },
      { indexed: false, internalType: "uint64", name: "size", type: "uint64" },
      { indexed: false, internalType: "bytes32", name: "root", type: "bytes32" },
    ],
    name: "Anchored",
    type: "event",
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "address", name: "register", type: "address" },
      { indexed: false, internalType: "bytes", name: "entry", type: "bytes" },
    ],
    name: "Submitted",
    type: "event",
  },
  {
    anonymous: false,
    inputs: [
      { indexed: true, internalType: "address", name: "register", type: "address" },
      { indexed: false, internalType: "bytes32", name: "secret", type: "bytes32" },
    ],
    name: "Withdrawn",
    type: "event",
  },
  {
    inputs: [
      { internalType: "uint64", name: "size", type: "uint64" },
      { internalType: "bytes32", name: "root", type: "bytes32" },
    ],
    name: "anchor",
    outputs: [],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [{ internalType: "address", name: "register", type: "address" }],
    name: "latest",
    outputs: [
      { internalType: "uint64", name: "size", type: "uint64" },
      { internalType: "bytes32", name: "root", type: "bytes32" },
    ],
    stateMutability: "view",
    type: "function",
  },
  {
    inputs: [
      { internalType: "address", name: "register", type: "address" },
      { internalType: "bytes", name: "entry", type: "bytes" },
    ],
    name: "submit",
    outputs: [],
    stateMutability: "nonpayable",
    type: "function",
  },
  {
    inputs: [
      { internalType: "address", name: "register", type: "address" },
      { internalType: "bytes32", name: "secret", type: "bytes32" },
    ],
    name: "withdraw",
    outputs: [],
    stateMutability: "nonpayable",
    type: "function",
  },
] as const;

/** Where the contract is on every chain to which it has been deployed with what follows. */
export const freeholdAddress = "0xe8fdca9b9dfdac68862e01e9a9742bb4c1cc88f9";

/** The code that deploys the contract: it takes no arguments. */
export const freeholdCreationCode =
  "0x60808060405234601557610478908161001a8239f35b5f80fdfe6080806040526004361015610012575f80fd5b5f3560e01c90816340e5e9aa146103dc575080634a4aac1a1461034957806376846edd146101555763a685520814610048575f80fd5b346101515760407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126101515760043567ffffffffffffffff81168082036101515760243590335f525f60205260405f2090815467ffffffffffffffff8116808311156101215750600183018490557fffffffffffffffffffffffffffffffffffffffffffffffff0000000000000000161790556040805167ffffffffffffffff939093168352602083019190915233917f0cd48d2f0de2b26babeaa563bc19f67e7b14bb998edeaabe4592e8b4472dda6b9190a2005b90507fc87e169d000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b5f80fd5b346101515760407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126101515761018c610455565b60243567ffffffffffffffff811161015157366023820112156101515780600401359167ffffffffffffffff831161015157602482019160248436920101116101515782907fffff00000000000000000000000000000000000000000000000000000000000083358181169060028510610335575b50167f010100000000000000000000000000000000000000000000000000000000000081148061032b575b7f010200000000000000000000000000000000000000000000000000000000000082149081610320575b159081610317575b506102e757507ff6a230e3eb4c67694320ea6f456f09de9bbce3f1c6ac39fcb7f91d19ad95c14c927fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f73ffffffffffffffffffffffffffffffffffffffff604094855196879560208752816020880152878701375f868a87010152169601168101030190a2005b90507f1ee3a0d9000000000000000000000000000000000000000000000000000000005f5260045260245260445ffd5b9050158661025e565b602285149150610256565b506042831461022c565b828092508560020360031b1b161686610201565b346101515760207ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc3601126101515773ffffffffffffffffffffffffffffffffffffffff610395610455565b165f525f60205260405f20600167ffffffffffffffff825416910154906103d8604051928392836020909392919367ffffffffffffffff60408201951681520152565b0390f35b346101515760407ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc360112610151577f6ecbc70c26b02b821204839571ea973742fdc445dbfd00b71c513370f5d458ad602073ffffffffffffffffffffffffffffffffffffffff61044b610455565b60243585521692a2005b6004359073ffffffffffffffffffffffffffffffffffffffff821682036101515756";

/** With the proxy and this salt, CREATE2 gives the address above (EIP-1014). The proxy is sent salt and code, as one. */
export const freeholdSalt = "0x0000000000000000000000000000000000000000000000000000000000000000";

export const deploymentProxy = "0x4e59b44847b379578588920ca78fbf26c0b4956c";
