/** What the team of the demo has in its repository, and how it changes. */
export const TEAM_FILES: Readonly<Record<string, string>> = {
  'deploy/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- deployment.yaml
- service.yaml
configMapGenerator:
- name: web-conf
  namespace: apps
  literals:
  - GREETING=hello
`,
  'deploy/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: apps
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - name: web
        image: nginx:1.29
        ports:
        - containerPort: 80
        envFrom:
        - configMapRef:
            name: web-conf
`,
  'deploy/service.yaml': `apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: apps
spec:
  selector:
    app: web
  ports:
  - port: 80
`,
};

/** A commit that changes the ConfigMap, so that another is generated and the old one pruned. */
export const TEAM_CHANGE: Readonly<Record<string, string>> = {
  'deploy/kustomization.yaml': (TEAM_FILES['deploy/kustomization.yaml'] ?? '').replace('GREETING=hello', 'GREETING=good-morning'),
};

/** A commit that reaches for more than the team may have. */
export const TEAM_ESCAPE: Readonly<Record<string, string>> = {
  'deploy/kustomization.yaml': (TEAM_CHANGE['deploy/kustomization.yaml'] ?? '').replace(
    '- service.yaml',
    '- service.yaml\n- escape.yaml',
  ),
  'deploy/escape.yaml': `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: everything
rules:
- apiGroups: ["*"]
  resources: ["*"]
  verbs: ["*"]
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: leak
  namespace: kube-system
data:
  found: "yes"
`,
};
