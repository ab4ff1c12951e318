{{- define "keyward.labels" -}}
app.kubernetes.io/name: keyward
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "keyward.pod" -}}
metadata:
  labels:
    {{- include "keyward.labels" . | nindent 4 }}
  {{- with .Values.podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  automountServiceAccountToken: false
  # More than the delay and the drain together.
  terminationGracePeriodSeconds: 30
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    seccompProfile: { type: RuntimeDefault }
  containers:
    - name: keyward
      image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      securityContext:
        readOnlyRootFilesystem: true
        allowPrivilegeEscalation: false
        capabilities: { drop: [ALL] }
      env:
        - { name: KEYWARD_HOST, value: "0.0.0.0" }
        - { name: KEYWARD_PORT, value: "4141" }
        - { name: KEYWARD_METRICS_PORT, value: "4142" }
        - { name: KEYWARD_DATA, value: /var/lib/keyward }
        {{- range $name, $value := .Values.settings }}
        - { name: {{ $name }}, value: {{ $value | quote }} }
        {{- end }}
        {{- with .Values.databaseSecret }}
        - name: KEYWARD_DATABASE_URL
          valueFrom: { secretKeyRef: { name: {{ . }}, key: url } }
        {{- end }}
        {{- with .Values.redisSecret }}
        - name: KEYWARD_REDIS_URL
          valueFrom: { secretKeyRef: { name: {{ . }}, key: url } }
        {{- end }}
        {{- if .Values.serverKeySecret }}
        - { name: KEYWARD_SERVER_KEY_FILE, value: /run/keyward/server.key }
        {{- end }}
      ports:
        - { name: http, containerPort: 4141 }
        - { name: metrics, containerPort: 4142 }
      startupProbe:
        httpGet: { path: /livez, port: http }
        periodSeconds: 2
        failureThreshold: 150
      livenessProbe:
        httpGet: { path: /livez, port: http }
        periodSeconds: 10
        timeoutSeconds: 3
      readinessProbe:
        httpGet: { path: /readyz, port: http }
        periodSeconds: 2
        failureThreshold: 1
      resources:
        {{- toYaml .Values.resources | nindent 8 }}
      volumeMounts:
        - { name: data, mountPath: /var/lib/keyward }
        {{- if .Values.serverKeySecret }}
        - { name: server-key, mountPath: /run/keyward, readOnly: true }
        {{- end }}
  volumes:
    {{- if .Values.databaseSecret }}
    - { name: data, emptyDir: {} }
    {{- end }}
    {{- with .Values.serverKeySecret }}
    - name: server-key
      secret: { secretName: {{ . }}, defaultMode: 0440, items: [{ key: server.key, path: server.key }] }
    {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
