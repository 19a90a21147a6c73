// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Freehold} from "../src/Freehold.sol";
import {Test} from "./Test.sol";

/// Does anything that anyone can do, in any order, and keeps a model of what the contract should then hold.
contract Handler is Test {
    struct Tree {
        uint64 size;
        bytes32 root;
    }

    Freehold public immutable freehold;
    address[4] public actors = [address(0xa1), address(0xa2), address(0xa3), address(0xa4)];
    mapping(address actor => Tree) public model;

    constructor(Freehold freehold_) {
        freehold = freehold_;
    }

    function anchorNear(uint256 who, uint8 step, bytes32 root) external {
        unchecked {
            // From three below the last size to twelve above; past the largest it starts again at 0, which is refused.
            anchor(who, model[_actor(who)].size + (step % 16) - 3, root);
        }
    }

    function anchor(uint256 who, uint64 size, bytes32 root) public {
        address actor = _actor(who);
        uint64 last = model[actor].size;
        require(_send(actor, 0, abi.encodeCall(freehold.anchor, (size, root))) == (size > last), "anchor: another outcome");
        if (size > last) model[actor] = Tree(size, root);
    }

    function withdraw(uint256 who, uint256 register, bytes32 secret) external {
        require(_send(_actor(who), 0, abi.encodeCall(freehold.withdraw, (_actor(register), secret))), "withdraw: stopped");
    }

    function submit(uint256 who, uint256 register, bytes2 start, bytes32 a, bytes32 b) external {
        address actor = _actor(who);
        require(_send(actor, 0, abi.encodeCall(freehold.submit, (_actor(register), bytes.concat(hex"0101", a, b)))), "submit: stopped");
        require(_send(actor, 0, abi.encodeCall(freehold.submit, (_actor(register), bytes.concat(hex"0102", a)))), "submit: stopped");
        bool taken = _send(actor, 0, abi.encodeCall(freehold.submit, (_actor(register), bytes.concat(start, a, b))));
        require(taken == (start == 0x0101), "submit: another outcome");
    }

    function pay(uint256 who, uint96 value, uint64 size, bytes32 root) external {
        address actor = _actor(who);
        vm.deal(actor, value);
        require(value == 0 || !_send(actor, value, abi.encodeCall(freehold.anchor, (size, root))), "ether was taken");
    }

    function call(uint256 who, bytes calldata data) external {
        require(!_send(_actor(who), 0, bytes.concat(hex"00000000", data)), "an unknown function");
    }

    /// Ether can be forced on any address (a block's rewards). It changes nothing.
    function force(uint96 value) external {
        vm.deal(address(freehold), value);
    }

    function actorsCount() external view returns (uint256) {
        return actors.length;
    }

    function _actor(uint256 who) private view returns (address) {
        return actors[who % actors.length];
    }

    /// Sends, and looks at every actor before and after: no size shrinks, no root changes where the size does not.
    function _send(address actor, uint256 value, bytes memory data) private returns (bool success) {
        Tree[4] memory before;
        for (uint256 i = 0; i < actors.length; i++) (before[i].size, before[i].root) = freehold.latest(actors[i]);
        vm.prank(actor);
        (success,) = address(freehold).call{value: value}(data);
        for (uint256 i = 0; i < actors.length; i++) {
            (uint64 size, bytes32 root) = freehold.latest(actors[i]);
            bool unchanged = size == before[i].size && root == before[i].root;
            require(unchanged || (actors[i] == actor && size > before[i].size), "an anchor shrank, or another's moved");
        }
    }
}

contract FreeholdInvariantTest is Test {
    Freehold private freehold = new Freehold();
    Handler private handler = new Handler(freehold);

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_anAnchorIsWhatItsRegisterAnchoredLast() external view {
        for (uint256 i = 0; i < handler.actorsCount(); i++) {
            (uint64 size, bytes32 root) = freehold.latest(handler.actors(i));
            (uint64 expectedSize, bytes32 expectedRoot) = handler.model(handler.actors(i));
            require(size == expectedSize && root == expectedRoot, "another anchor");
        }
        (uint64 none,) = freehold.latest(address(this));
        require(none == 0, "an anchor of one who sent none");
    }

    /// Whatever others did: each can anchor the next size, withdraw and submit.
    function invariant_nobodyCanBeStopped() external {
        for (uint256 i = 0; i <= handler.actorsCount(); i++) {
            address actor = i < handler.actorsCount() ? handler.actors(i) : address(0xfffe);
            (uint64 size,) = freehold.latest(actor);
            if (size < type(uint64).max) {
                vm.prank(actor);
                freehold.anchor(size + 1, "root");
            }
            vm.prank(actor);
            freehold.withdraw(actor, "secret");
            vm.prank(actor);
            freehold.submit(actor, bytes.concat(hex"0102", bytes32("secret")));
        }
    }
}
