export {
  RECEIVER_TYPES,
  type ReceiverOptions,
  type ReceiverType,
  type TriggeredReceiver,
  triggerReceiver,
  type TriggerWorld,
  webhookPath,
} from './trigger-receiver.ts';
