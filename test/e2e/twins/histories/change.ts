import { configMap, type History } from '../history.ts';

/** Manifests with something of everything that the normal form touches. */
const MANIFESTS = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {}}
spec:
  replicas: 0
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      hostNetwork: false
      initContainers:
      - {name: init, image: busybox, ports: [{containerPort: 81}]}
      containers:
      - name: web
        image: nginx
        ports: [{containerPort: 80}]
        env:
        - {name: EMPTY, value: ""}
        - {name: CPU, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
        resources: {limits: {cpu: 0.5, memory: 1024Mi}}
      volumes:
      - {name: tmp, emptyDir: {sizeLimit: 1024Mi}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Secret
metadata: {name: secret}
data: {a: YQ==}
stringData: {b: plain}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: "0 0 * * *"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: default}]
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: quota}
spec: {hard: {cpu: 8000m, memory: 0.5Gi}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store}
spec:
  replicas: 0
  serviceName: store
  selector: {matchLabels: {app: store}}
  template: {metadata: {labels: {app: store}}, spec: {containers: [{name: store, image: redis}]}}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1024Mi}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  maxReplicas: 3
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, annotations: {note: "yes"}}
spec:
  rules: [{host: web.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: none}
spec: {podSelector: {}, policyTypes: [Ingress]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 0.5Gi}}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web}
---
apiVersion: v1
kind: LimitRange
metadata: {name: limits}
spec: {limits: [{type: Container, default: {cpu: 0.1, memory: 64Mi}}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: twin-change-reader}
rules: [{apiGroups: [""], resources: [nodes], verbs: [get, list]}]
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: twin-change-low}
value: 10
`;

const CHANGED = MANIFESTS.replace('replicas: 0', 'replicas: 0\n  revisionHistoryLimit: 3')
  .replace('image: nginx', 'image: nginx:1.29')
  .replace('{port: 80}', '{port: 80, name: http}, {port: 443, name: https}')
  .replace('stringData: {b: plain}', 'stringData: {c: other}')
  .replace('note: "yes"', 'other: "no"')
  .replace('verbs: [get]', 'verbs: [get, watch]');

/** Objects of many kinds come, change and go. */
export const history: History = {
  name: 'change',
  title: 'objects are created, changed, left alone and removed',
  kustomizations: { app: {} },
  steps: [
    { title: 'create', commit: { 'app/all.yaml': MANIFESTS, 'app/conf.yaml': configMap('conf', { a: '1' }) } },
    { title: 'change', commit: { 'app/all.yaml': CHANGED, 'app/conf.yaml': configMap('conf', { b: '2' }, { note: 'new' }) } },
    { title: 'nothing new' },
    { title: 'a commit that changes nothing of it', commit: { 'README.md': 'hello' } },
    { title: 'remove most', commit: { 'app/all.yaml': CHANGED.split('---').slice(0, 3).join('---'), 'app/conf.yaml': null } },
    { title: 'remove all', commit: { 'app/all.yaml': '# nothing\n' } },
  ],
};
