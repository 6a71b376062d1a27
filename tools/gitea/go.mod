module flux-ts/tools/gitea

go 1.26.3

tool code.gitea.io/gitea

require code.gitea.io/gitea v1.26.2
